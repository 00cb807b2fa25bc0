"""The error of `beanstack init` and `beanstack upgrade`."""


class ProjectError(Exception):
    """A project that cannot be made or upgraded; the message is for users."""
