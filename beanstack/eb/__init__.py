"""What Elastic Beanstalk and ECS accept: facts as data, and the functions that judge by them.

Uses the standard library only and imports nothing else of Beanstack, so that every other part may read it.
"""

from pathlib import Path

FACTS = Path(__file__).parent / "facts"
