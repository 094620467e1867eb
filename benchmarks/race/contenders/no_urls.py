"""Django wants to know where its pages are. There are none: nothing is asked over HTTP."""

urlpatterns: list[object] = []
