"""The embedded AWS behind `LOCAL=1`: our own Elastic Beanstalk, on an engine for everything else.

The rest of Beanstack imports only `control` from here. The server is a separate process, in a
virtual environment of its own (`beanstack/locks/localaws.txt`), and speaks AWS's protocols on 127.0.0.1.
"""
