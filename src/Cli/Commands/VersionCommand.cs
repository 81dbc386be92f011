using System.CommandLine;
using System.Reflection;

namespace Commission.Cli.Commands;

/// <summary>`commission version`.</summary>
internal static class VersionCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("version", "This program's version");
        command.SetAction(_ => terminal.Out.WriteLine(typeof(VersionCommand).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion));
        return command;
    }
}
