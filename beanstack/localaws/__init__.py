"""The embedded AWS behind `LOCAL=1`: Elastic Beanstalk of our own, on an engine for everything else.

Nothing here is imported by the rest of Beanstack; it runs as a server of its own, in a virtual
environment of its own (`requirements/localaws.txt`), and speaks AWS's protocols on 127.0.0.1.
"""
