"""`/` shows what there is; `/todos` is the list."""

from rest_framework.routers import DefaultRouter
from todo.views import TodoViewSet

router = DefaultRouter(trailing_slash=False)
router.register("todos", TodoViewSet)
urlpatterns = router.urls
