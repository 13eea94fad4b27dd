"""Where the processor's time of a request goes: stacks of the service's own processes, sorted into steps."""
