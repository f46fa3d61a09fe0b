"""What the vendor's guide prints of its call chapter, held against the actions."""
