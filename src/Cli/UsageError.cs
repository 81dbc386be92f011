using System.Diagnostics.CodeAnalysis;

namespace Commission.Cli;

/// <summary>The command line asks for something that makes no sense; ends the command with its message.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a message it would say nothing.")]
[SuppressMessage("Naming", "CA1710", Justification = "Named for what it is to the user.")]
[SuppressMessage("Design", "MA0058", Justification = "Named for what it is to the user.")]
internal sealed class UsageError(string message) : Exception(message);
