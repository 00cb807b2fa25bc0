"""Elastic Beanstalk in one account and region: the actions of its API.

https://docs.aws.amazon.com/elasticbeanstalk/latest/api/
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from beanstack.localaws import health, managed, platforms
from beanstack.localaws.api import OperationError, Record, Request, ServiceError, now
from beanstack.localaws.applications import Applications
from beanstack.localaws.environments import Environments
from beanstack.localaws.events import EventLog
from beanstack.localaws.operations import Operations
from beanstack.localaws.ownstack.described import described_resources
from beanstack.localaws.tags import Tags

if TYPE_CHECKING:
    from beanstack.localaws.context import Context
    from beanstack.localaws.environment import Environment

Action = Callable[[Request], Record]

DASHES: Final = 37 * "-"  # above and below the path of each log of an instance


class Beanstalk:
    """The service. `actions` maps the name of an API action to the function that performs it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.events = EventLog()
        self.environments = Environments(context, self.events)
        self.applications = Applications(context, self.events, self.environments.labels)
        self.operations = Operations(context, self.environments, self.applications)
        self.tags = Tags()
        applications = self.applications
        self.actions: Mapping[str, Action] = {
            "AbortEnvironmentUpdate": self.abort_environment_update,
            "ApplyEnvironmentManagedAction": self.apply_environment_managed_action,
            "CheckDNSAvailability": self.check_dns_availability,
            "CreateApplication": self.tags.tagged(applications.create_application, "Application", "ApplicationArn"),
            "CreateApplicationVersion": self.tags.tagged(
                applications.create_application_version, "ApplicationVersion", "ApplicationVersionArn"
            ),
            "CreateConfigurationTemplate": self._create_configuration_template,
            "CreateEnvironment": self.create_environment,
            "CreateStorageLocation": self.create_storage_location,
            "DeleteApplication": self.delete_application,
            "DeleteApplicationVersion": applications.delete_application_version,
            "DeleteConfigurationTemplate": applications.delete_configuration_template,
            "DescribeApplicationVersions": applications.describe_application_versions,
            "DescribeApplications": applications.describe_applications,
            "DescribeConfigurationSettings": self.describe_configuration_settings,
            "DescribeEnvironmentHealth": self.describe_environment_health,
            "DescribeEnvironmentManagedActions": self.describe_environment_managed_actions,
            "DescribeEnvironmentResources": self.describe_environment_resources,
            "DescribeEnvironments": self.environments.describe,
            "DescribeEvents": self.events.describe,
            "DescribeInstancesHealth": self.describe_instances_health,
            "DescribePlatformVersion": self.describe_platform_version,
            "ListAvailableSolutionStacks": self.list_available_solution_stacks,
            "ListPlatformBranches": self.list_platform_branches,
            "ListPlatformVersions": self.list_platform_versions,
            "ListTagsForResource": self.tags.list_tags,
            "RequestEnvironmentInfo": self.request_environment_info,
            "RestartAppServer": self.restart_app_server,
            "RetrieveEnvironmentInfo": self.retrieve_environment_info,
            "TerminateEnvironment": self.terminate_environment,
            "UpdateApplication": applications.update_application,
            "UpdateApplicationResourceLifecycle": applications.update_application,
            "UpdateApplicationVersion": applications.update_application_version,
            "UpdateConfigurationTemplate": applications.update_configuration_template,
            "UpdateEnvironment": self.update_environment,
            "UpdateTagsForResource": self.tags.update,
        }

    def launch(self, request: Request) -> Environment:
        """Launch and tag a new environment; raise OperationError if the launch fails."""
        environment = self.operations.create(request)
        self.tags.keep(self.environments.arn(environment), environment.tags)
        return environment

    def check_dns_availability(self, request: Request) -> Record:
        cname = f"{request['CNAMEPrefix']}.{self.context.region}.elasticbeanstalk.com"
        return {"Available": self.environments.cname_is_free(cname), "FullyQualifiedCNAME": cname}

    def create_environment(self, request: Request) -> Record:
        """CreateEnvironment: answer before the launch ends, so that a failure shows in the events only."""
        try:
            described = self.environments.described(self.launch(request))
        except OperationError:
            described = {key: request[key] for key in ("ApplicationName", "EnvironmentName") if key in request}
        return {**described, "Status": "Launching", "Health": "Grey"}

    def update_environment(self, request: Request) -> Record:
        """UpdateEnvironment: answer before the update ends, so that a failure shows in the events only."""
        try:
            environment = self.operations.update(request)
        except OperationError:
            environment = self._named(request)
        return {**self.environments.described(environment), "Status": "Updating", "Health": "Grey"}

    def abort_environment_update(self, request: Request) -> Record:
        self.operations.abort(self._named(request))
        return {}

    def restart_app_server(self, request: Request) -> Record:
        self.operations.restart(self._named(request))
        return {}

    def terminate(self, environment: Environment) -> None:
        """Terminate an environment and delete its tags; raise OperationError if it keeps running."""
        self.operations.terminate(environment)
        self.tags.remove(self.environments.arn(environment))

    def terminate_environment(self, request: Request) -> Record:
        """TerminateEnvironment: answer before the environment ends, so that a failure shows in the events only."""
        environment = self._named(request)
        described = self.environments.described(environment)
        with contextlib.suppress(OperationError):
            self.terminate(environment)
        return {**described, "Status": "Terminating", "Health": "Grey"}

    def create_storage_location(self, _request: Request) -> Record:
        return {"S3Bucket": f"elasticbeanstalk-{self.context.region}-{self.context.account}"}

    def delete_application(self, request: Request) -> Record:
        if request.get("TerminateEnvByForce"):
            for name in self.environments.labels(request["ApplicationName"]):
                self.terminate_environment({"EnvironmentName": name})
        return self.applications.delete_application(request)

    def _create_configuration_template(self, request: Request) -> Record:
        """CreateConfigurationTemplate, from an environment's settings where it names one."""
        saved: Record = {}
        if request.get("EnvironmentId"):
            environment = self.environments.environment(ident=request["EnvironmentId"])
            saved = {"Settings": environment.settings, "Platform": environment.platform}
        return self.applications.create_configuration_template(request, saved)

    def describe_configuration_settings(self, request: Request) -> Record:
        if request.get("TemplateName"):
            application, name = request["ApplicationName"], request["TemplateName"]
            return {"ConfigurationSettings": [self.applications.template_settings(application, name)]}
        described = self.environments.configuration(self.applications, self._named(request))
        return {"ConfigurationSettings": [described]}

    def describe_environment_managed_actions(self, request: Request) -> Record:
        return {"ManagedActions": managed.actions(self._named(request))}

    def apply_environment_managed_action(self, request: Request) -> Record:
        """ApplyEnvironmentManagedAction: update the platform at once, as the window would."""
        environment = self._named(request)
        update = managed.asked(environment, request["ActionId"])
        self.update_environment({"EnvironmentName": environment.name, "PlatformArn": update.arn})
        return {**managed.described(environment, update), "Status": "Running"}

    def describe_environment_resources(self, request: Request) -> Record:
        """DescribeEnvironmentResources: the instances, and what EB's own stack holds of the kinds that it lists."""
        environment = self._named(request)
        return {
            "EnvironmentResources": {
                "EnvironmentName": environment.name,
                "Instances": [{"Id": ident} for ident, *_ in environment.instances],
                **described_resources(environment.resources),
            }
        }

    def describe_environment_health(self, request: Request) -> Record:
        environment = self._named(request)
        return health.environment_health(environment, self.environments.described(environment))

    def describe_instances_health(self, request: Request) -> Record:
        environment = self._named(request)
        shown = self.environments.described(environment)
        return health.instances_health(environment, shown, f"{self.context.region}a")

    def describe_platform_version(self, request: Request) -> Record:
        version = platforms.by_arn(self.context.region, request.get("PlatformArn", ""))
        return {"PlatformDescription": version.description}

    def list_available_solution_stacks(self, _request: Request) -> Record:
        names = [version.solution_stack for version in platforms.versions(self.context.region)]
        details = [{"SolutionStackName": name, "PermittedFileTypes": ["zip"]} for name in names]
        return {"SolutionStacks": names, "SolutionStackDetails": details}

    def list_platform_branches(self, request: Request) -> Record:
        branches = platforms.filtered([platforms.branch()], request.get("Filters") or [], "Attribute")
        return {"PlatformBranchSummaryList": branches}

    def list_platform_versions(self, request: Request) -> Record:
        known = [version.description for version in platforms.versions(self.context.region)]
        return {"PlatformSummaryList": platforms.filtered(known, request.get("Filters") or [], "Type")}

    def request_environment_info(self, request: Request) -> Record:
        """RequestEnvironmentInfo: record the event that `eb logs` waits for."""
        self.environments.add_event(self._named(request), "Pulled logs for environment instances.")
        return {}

    def retrieve_environment_info(self, request: Request) -> Record:
        """RetrieveEnvironmentInfo: return the output of containers that failed, and the events as EB's log.

        An instance of ECS on Docker separates its logs in this way: https://pastebin.com/ayPGXSZm
        """
        environment = self._named(request)
        events = self.events.describe({"EnvironmentName": environment.name})["Events"]
        log = "".join(f"{e['EventDate']:%F %T} {e['Severity']} {e['Message']}\n" for e in reversed(events))
        logs = [*environment.container_logs, ("/var/log/eb-engine.log", log)]
        text = "\n\n".join(f"{DASHES}\n{path}\n{DASHES}\n{body}" for path, body in logs)
        info = {
            "InfoType": request.get("InfoType", "tail"),
            "Ec2InstanceId": environment.instance_id,
            "SampleTimestamp": now(),
            "Message": self.context.publish(f"{environment.id}.log", text),
        }
        return {"EnvironmentInfo": [info]}

    def _named(self, request: Request) -> Environment:
        if not request.get("EnvironmentName") and not request.get("EnvironmentId"):
            raise ServiceError("MissingParameter", "You must specify EnvironmentName or EnvironmentId.")
        return self.environments.environment(request.get("EnvironmentName"), request.get("EnvironmentId"))
