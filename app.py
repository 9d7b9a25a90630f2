"""The server: `streamlit run app.py`, or `coord serve`."""

from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from coord import web
from coord.ui import failure

if not st.get_option(
    "server.trustedUserHeaders"
):  # then nobody could sign in, and Streamlit would count its users
    raise SystemExit(
        "Coord did not find its .streamlit/config.toml. Start it with `coord serve` or `streamlit run app.py`."
    )
web.lies_under(st.get_option("server.baseUrlPath"))
app = st.App(
    Path(__file__).parent / "coord" / "ui" / "shell.py",
    routes=web.routes(),
    middleware=[Middleware(web.Outage), Middleware(web.Door)],
    lifespan=partial(web.lifespan, port=st.get_option("server.port")),
    on_script_error=failure.said,
)

if __name__ == "__main__":
    raise SystemExit("Start Coord with `coord serve`, `coord demo` or `streamlit run app.py`.")
