"""Where viewers' comments come from."""

from host.comments.source import CommentSource, Reply, ReplyingSource
from host.comments.websocket import WebSocketSettings, WebSocketSource

__all__ = ["CommentSource", "Reply", "ReplyingSource", "WebSocketSettings", "WebSocketSource"]
