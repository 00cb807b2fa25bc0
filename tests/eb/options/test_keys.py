"""What identifies an option."""

from __future__ import annotations

import pytest

from beanstack.eb.options.keys import Key, key


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (("aws:autoscaling:asg", "MaxSize", ""), ("aws:autoscaling:asg", "MaxSize", "")),
        (("AWS:autoscaling:ASG", "maxsize", ""), ("aws:autoscaling:asg", "MaxSize", "")),
        (("aws:autoscaling:asg", "MaxSize", "AWSEBAutoScalingGroup"), ("aws:autoscaling:asg", "MaxSize", "")),
        (
            ("aws:autoscaling:scheduledaction", "MaxSize", "night"),
            ("aws:autoscaling:scheduledaction", "MaxSize", "night"),
        ),
        (
            ("aws:elasticbeanstalk:application:environment", "path", ""),
            ("aws:elasticbeanstalk:application:environment", "path", ""),
        ),
        (("aws:new", "Option", "Name"), ("aws:new", "Option", "Name")),
    ],
)
def test_the_key_is_the_same_however_an_option_is_written(
    written: tuple[str, str, str], expected: tuple[str, str, str]
) -> None:
    assert key(*written) == Key(*expected)
