using Google.Protobuf;
using Spectre.Console;

namespace Commission.Cli;

/// <summary>Where output goes. Redirected output is plain: no colours, no borders, no wrapping.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Problems.</param>
/// <param name="Console">For tables; writes to <paramref name="Out"/>.</param>
/// <param name="IsInteractive">Whether somebody looks at <paramref name="Out"/>.</param>
/// <param name="Time">The clock.</param>
/// <param name="DefaultServer">The server's address where the command line names none.</param>
/// <param name="Token">
/// Proves who calls; empty: nothing does. There is no option for it: everyone on a machine can see the command lines.
/// </param>
public sealed record Terminal(
    TextWriter Out,
    TextWriter Error,
    IAnsiConsole Console,
    bool IsInteractive,
    TimeProvider Time,
    string DefaultServer,
    string Token)
{
    private const int PlainWidth = 240;

    /// <summary>The process's own streams and environment.</summary>
    public static Terminal OfProcess()
    {
        var server = Environment.GetEnvironmentVariable("COMMISSION_SERVER");
        server = string.IsNullOrEmpty(server) ? "http://127.0.0.1:5080" : server;
        var token = Environment.GetEnvironmentVariable("COMMISSION_TOKEN")?.Trim() ?? "";
        var error = System.Console.Error;
        return System.Console.IsOutputRedirected
            ? Plain(Redirected(), error, server, token)
            : new Terminal(System.Console.Out, error, AnsiConsole.Console, true, TimeProvider.System, server, token);
    }

    /// <summary>Plain output to writers.</summary>
    /// <param name="output">Results.</param>
    /// <param name="error">Problems.</param>
    /// <param name="server">The server's address where the command line names none.</param>
    /// <param name="token">Proves who calls; empty: nothing does.</param>
    public static Terminal Plain(TextWriter output, TextWriter error, string server, string token = "")
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = PlainWidth;
        return new Terminal(output, error, console, false, TimeProvider.System, server, token);
    }

    /// <summary>Prints a message of the API as JSON.</summary>
    public void WriteJson(IMessage message) =>
        Out.WriteLine(new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(message));

    /// <summary>Prints an answer of the API as JSON, or as people read it.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="asJson">Which of them.</param>
    /// <param name="view">Makes what people read.</param>
    internal void Print<T>(T message, bool asJson, Func<T, Spectre.Console.Rendering.IRenderable> view)
        where T : IMessage
    {
        if (asJson)
        {
            WriteJson(message);
        }
        else
        {
            Console.Write(view(message));
        }
    }

    // The console's own writer makes a system call for each 256 characters.
    private static TextWriter Redirected() => TextWriter.Synchronized(
        new StreamWriter(System.Console.OpenStandardOutput(), bufferSize: 64 * 1024) { AutoFlush = true });

    /// <summary>
    /// An empty table in the style of this output. Columns that begin with '&gt;' stand to the right.
    /// </summary>
    /// <param name="columns">Headings.</param>
    public Table Table(params IReadOnlyList<string> columns)
    {
        var table = new Table { Border = IsInteractive ? TableBorder.Rounded : TableBorder.None };
        foreach (var column in columns)
        {
            var right = column.StartsWith('>');
            var heading = Markup.Escape(right ? column[1..] : column);
            table.AddColumn(new TableColumn($"[bold]{heading}[/]")
            {
                Alignment = right ? Justify.Right : Justify.Left,
                NoWrap = true,
            });
        }

        return table;
    }
}
