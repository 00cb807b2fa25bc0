"""Where a configuration is refused, though the author of a template or a bundle only gets a warning.

Either the facts know of a rule from the guide alone, while a configuration always has a value that is safe; or what is
almost never intended is an error, because a configuration is written for one purpose and can say it differently.

So it is with secrets, for which the two judge by different functions of `beanstack.eb.secrets`: what resembles a secret
is an error in a configuration, whose `not_secret` can say that it is none; a template cannot, and is warned of less.
"""

STRICTER = frozenset(
    {
        # rules between options in facts/options.json, by their ids
        "alb-matcher-range",
        "alb-needs-two-subnets",
        "database-needs-two-subnets",
        "listener-rule-has-condition",
        "nlb-health-check-interval",
        "nlb-matcher-range",
        "nlb-thresholds-equal",
        "process-timeout-below-interval",
        "rds-variables-of-the-database",
        "root-volume-iops-size-ratio",
        "root-volume-throughput-ratio",
        "scheduled-action-schedule",
        "scheduled-action-end-after-start",
        "secrets-on-ecs-need-execution-role",
        "trigger-percentage-reached",
        "trigger-thresholds-in-order",
        "trigger-unit-bytes",
        "trigger-unit-count",
        "trigger-unit-percent",
        "trigger-unit-seconds",
        # kinds of findings on options, by the names of their rules
        "option-resource-needless",
        # rules on containers in facts/bundle_rules.json, by their names
        "accelerator-on-instance",
        "cpu-on-instance",
        "credentials-need-role",
        "health-check-command",
        "host-ports-reserved",
        "memory-on-instance",
        "no-self-link",
        "process-port-mapped",
        "temporary-mount",
        "waits-for-health",
        "waits-in-circle",
        # forms of values in facts/dockerrun.json, by their names
        "host-name",
        "hosts-name",
        "link",
        "registry-secret",
    }
)
