"""What Elastic Beanstalk accepts, as data, and the cfn-lint rules that read it."""
