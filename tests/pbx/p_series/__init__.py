"""The P-Series behind the interface, against its simulator over real sockets."""
