"""What looks like a secret by its name or value, in templates, bundles and config alike."""

from __future__ import annotations

import pytest

from beanstack.eb.secrets import is_secret

SECRETS = [
    ("DB_PASSWORD", "hunter2"),
    ("DB_PASSWORD", "12345678"),
    ("PGPASSWORD", "hunter2"),
    ("dbPassword", "hunter2"),
    ("MYSQL_PWD", "hunter2"),
    ("SMTP_PASS", "hunter2"),
    ("SECRET", "x"),
    ("api-token", "x"),
    ("clientSecret", "x"),
    ("stripeApiKey", "x"),
    ("AWS_SECRET_ACCESS_KEY", "x"),
    ("SECRET_KEY_BASE", "x"),
    ("DATABASE_URL", "postgres://shop:hunter2@db/shop"),
    ("BROKER", "amqps://:hunter2@mq"),
    ("DBPASS", "hunter2"),
    ("smtpPass", "hunter2"),
    ("DSN", "Server=db;Database=shop;Uid=shop;Pwd=hunter2;"),
    ("DSN", "Password=hunter2"),
    ("DSN", "Password='hunter2'"),
    ("DATABASE_URL", "postgres://${AWS::StackName}:hunter2@db/shop"),
    ("KEY", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow"),
    ("GITHUB", "ghp" + "_" + "a1" * 18),
    ("GITLAB", "glpat" + "-" + "a1" * 10),
    ("SLACK", "xoxb" + "-" + "1234567890-abc"),
    ("PAYMENTS", "sk" + "_live_" + "a1" * 12),
    ("SLACK", "xoxp" + "-" + "1234567890-abc"),
    ("PACKAGES", "npm" + "_" + "a1" * 18),
    ("DSN", "jdbc:mysql://db.example.net:3306/shop?user=shop&password=hunter2"),
    ("DATABASE_URL", "postgres://db/shop?sslmode=require&passwd=hunter2"),
    ("DSN", "shop:hunter2@tcp(db.example.net:3306)/shop"),
    ("ALERTS", "https://hooks.slack.com/services/" + "T00000000/B00000000/" + "a1" * 12),
    ("MAILS", "SG" + "." + "a1" * 11 + "." + "b2" * 20),
]
OTHERS = [
    ("DB_PASSWORD", ""),
    ("DB_PASSWORD", " "),
    ("DB_PASSWORD_ROTATION", "30"),
    ("DB_PASSWORD_FILE", "x"),
    ("DB_PASSWORD", "/run/secrets/db"),
    ("API_TOKEN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"),
    ("SESSION_TOKEN", "3600"),
    ("USE_SECRET", "true"),
    ("PWD", "/srv"),
    ("BYPASS", "x"),
    ("COMPASS", "x"),
    ("MONKEY", "x"),
    ("PRIMARY_KEY", "id"),
    ("TOKEN", "https://auth.example.com/token"),
    ("DATABASE_URL", "postgres://db/shop"),
    ("URL", "https://example.com/a:b@c"),
    ("TRESPASS", "x"),
    ("DSN", "jdbc:mysql://db/shop?user=shop&password=${PASSWORD}"),
    ("DSN", "shop:${PASSWORD}@tcp(db:3306)/shop"),
    ("URL", "https://example.com/reset?password="),
    ("URL", "https://example.com/reset?password_reset=1"),
    ("DB_PASSWORD", "${DB_PASSWORD}"),
    ("DB_PASSWORD", "$(pass db)"),
    ("DB_PASSWORD", "<your password>"),
    ("DATABASE_URL", "postgres://shop:${DB_PASSWORD}@db/shop"),
    ("DATABASE_URL", "postgres://shop:{{resolve:secretsmanager:db}}@db/shop"),
    ("DSN", "Server=db;Password=${DB_PASSWORD};"),
    ("DATABASE_URL", "postgres://shop:<password>@db/shop"),
    (
        "DATABASE_URL",
        "postgres://{{resolve:secretsmanager:db:SecretString:user}}:{{resolve:secretsmanager:db}}@db/shop",
    ),
    ("DATABASE_URL", "postgres://${AWS::StackName}:${Password}@db/shop"),
    ("DSN", "Server=db;Password='${DB_PASSWORD}';"),
    ("PAYMENTS", "sk" + "_test_" + "a1" * 12),
    ("KEY", "-----BEGIN PUBLIC KEY-----"),
    ("FIELDS", "name;password;mail"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_what_looks_like_a_secret_is_one(name: str, value: str) -> None:
    assert is_secret(name, value)


@pytest.mark.parametrize(("name", "value"), OTHERS)
def test_what_only_speaks_of_secrets_is_none(name: str, value: str) -> None:
    assert not is_secret(name, value)
