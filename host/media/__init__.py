"""The media process: playout, host, scene → ring. No asyncio, no model, no web."""
