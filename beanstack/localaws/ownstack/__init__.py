"""EB's own stack of an environment, `awseb-<environment id>-stack`, made by the engine's CloudFormation.

`template.py` and its neighbours say what EB itself puts there, `merging.py` adds the bundle's `Resources`, and
`stacks.py` creates, updates and deletes the stack.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
"""
