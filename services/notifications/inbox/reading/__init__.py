"""What came in, from bytes to what it is: values in, values out. Everything here is hostile until it is understood."""
