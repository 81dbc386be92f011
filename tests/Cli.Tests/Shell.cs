namespace Commission.Cli.Tests;

/// <summary>Runs the command in this process, with files in a folder of its own.</summary>
public sealed class Shell : IDisposable
{
    public const string NoServer = "http://127.0.0.1:1";

    private readonly string _folder = Directory.CreateTempSubdirectory("commission-").FullName;

    public static string Repository { get; } = FindRepository();

    public string File(string name) => Path.Combine(_folder, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public static async Task<Ran> RunAsync(string server, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(args, Terminal.Plain(output, error, server), CancellationToken.None);
        return new Ran(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the command with text piped in.</summary>
    public static async Task<Ran> PipeAsync(string server, string input, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = Terminal.Plain(output, error, server) with { In = new StringReader(input) };
        var code = await CommandLine.RunAsync(args, terminal, CancellationToken.None);
        return new Ran(code, output.ToString(), error.ToString());
    }

    public static Task<Ran> OfflineAsync(params string[] args) => RunAsync(NoServer, args);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder.FullName;
    }
}

/// <summary>How a command ended.</summary>
public sealed record Ran(int Code, string Out, string Error);
