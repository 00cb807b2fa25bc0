"""Reviewable AWS Elastic Beanstalk stacks from one YAML file per application."""

__version__ = "0.1.0"
