"""What an operator asks of a deployed environment: plan, status, events, health, and why it failed."""

INTERVAL = 5.0  # seconds between two looks at AWS
