"""From source to digest: `beanstack image`, `release` and `promote` edit an application's configuration.

They are above generation, as it is above the configuration: what they pin is generated at once.
"""
