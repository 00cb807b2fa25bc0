"""One todo of the list."""

from django.db import models


class Todo(models.Model):
    """A thing to do; `order` is its place in the list."""

    title = models.CharField(max_length=200)
    completed = models.BooleanField(default=False)
    order = models.IntegerField(null=True, blank=True)

    class Meta:
        """The list reads by place, then by age."""

        ordering = ("order", "id")
