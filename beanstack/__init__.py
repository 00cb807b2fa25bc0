"""Reviewable AWS Elastic Beanstalk stacks from one YAML file per application."""
