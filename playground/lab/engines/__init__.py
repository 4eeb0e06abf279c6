"""Engine processes, and which run gets one."""
