"""The shop of Beanstack's second example: an application and a worker that share a folder."""
