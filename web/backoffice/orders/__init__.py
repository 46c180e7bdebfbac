"""Orders from "to prepare" to the buyer, and the refunds of them."""
