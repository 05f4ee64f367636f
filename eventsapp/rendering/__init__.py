"""Formats: calendar files, spreadsheets, QR codes and Markdown; plain values in, bytes or text out."""
