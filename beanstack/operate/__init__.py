"""What an operator asks of a deployed environment: plan, status, events, health, and why it failed."""

TIMEOUT = 900.0  # seconds until the wait for a healthy environment ends
INTERVAL = 5.0  # seconds between two polls of AWS
