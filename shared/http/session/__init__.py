"""The session of a browser: one sealed cookie that every service reads and none keeps."""
