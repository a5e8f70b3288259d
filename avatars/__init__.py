"""What the viewer sees: the host, the scene and everything drawn into a frame."""
