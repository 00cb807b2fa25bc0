"""The application: the products, and whether it is up."""

from shop import catalogue
from shop.serve import serve

PORT = 8000

if __name__ == "__main__":
    serve("shop", PORT, {"/up": lambda: "ok", "/products": catalogue.read})
