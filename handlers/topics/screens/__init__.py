"""The screens of questions and answers."""
