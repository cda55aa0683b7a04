"""Paper: letters that an organiser prints, for people without e-mail and mobile."""
