"""A todo as JSON."""

from rest_framework.serializers import HyperlinkedModelSerializer

from todo.models import Todo


class TodoSerializer(HyperlinkedModelSerializer):
    """Names its own URL, so that a client needs to know none but the list's."""

    class Meta:
        """Every field, `url` first."""

        model = Todo
        fields = ("url", "title", "completed", "order")
