"""Faults injected into kerasae's commands, and what they left: make torture"""
