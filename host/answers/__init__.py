"""How a comment is understood and what the facts say to it. `host.answerer` joins the parts."""
