"""The one-command start: which programs run, how supervisor is told, and how a person sees it happen."""
