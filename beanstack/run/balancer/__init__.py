"""A load balancer on 127.0.0.1 in front of an environment's containers: listeners, rules, certificates, redirects.

It runs in a process of its own, in the virtual environment of the local AWS, if the environment's options ask for more
than one plain listener. The modules `plan`, `actions`, `patterns`, `routing` and `process` import only what the other
modules of `beanstack.run` may import; the others need h11 and trustme.
"""
