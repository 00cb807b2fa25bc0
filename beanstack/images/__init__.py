"""From source to digest: `beanstack image`, `release` and `promote` edit an application's configuration.

In the layers, they are above generation, because they generate immediately what they pin.
"""
