"""What `beanstack init` and `beanstack upgrade` refuse to do."""


class ProjectError(Exception):
    """A project that cannot be made or upgraded; the message is for users."""
