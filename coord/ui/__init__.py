"""What people see: the shell with its navigation, the visit, and widgets named by what they show."""
