"""The embedded AWS behind `LOCAL=1`: our own Elastic Beanstalk, on an engine for everything else.

The rest of Beanstack imports nothing from here. The package runs as a separate server, in a virtual environment of its
own (`requirements/localaws.txt`), and speaks AWS's protocols on 127.0.0.1.
"""
