"""The list and its todos over HTTP."""

from rest_framework.viewsets import ModelViewSet

from todo.models import Todo
from todo.serializers import TodoSerializer


class TodoViewSet(ModelViewSet):
    """List, create, read, update and delete todos."""

    queryset = Todo.objects.all()
    serializer_class = TodoSerializer
