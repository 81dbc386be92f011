namespace Commission.Cli.Calls;

/// <summary>The requests of a call as they stand on the command line, in a file, or come through a pipe.</summary>
internal static class RequestTexts
{
    /// <summary>JSON texts, one for each request.</summary>
    /// <param name="piped">What is piped in.</param>
    /// <param name="given">The argument: JSON, `@file`, `-`, or null for none.</param>
    /// <param name="stream">Whether there may be any number, one in each line; else all is one.</param>
    public static IAsyncEnumerable<string> Of(TextReader piped, string? given, bool stream) => given switch
    {
        null when !stream => One("{}"),
        null or "-" => stream ? Lines(piped) : All(piped),
        ['@', .. var file] => stream ? OfFile(file, Lines) : OfFile(file, All),
        _ => stream ? Lines(new StringReader(given)) : One(given),
    };

    private static async IAsyncEnumerable<string> OfFile(
        string file, Func<TextReader, IAsyncEnumerable<string>> texts)
    {
        using var reader = new StreamReader(file);
        await foreach (var text in texts(reader))
        {
            yield return text;
        }
    }

    private static async IAsyncEnumerable<string> Lines(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return line;
            }
        }
    }

    private static async IAsyncEnumerable<string> All(TextReader reader)
    {
        yield return await reader.ReadToEndAsync();
    }

    private static IAsyncEnumerable<string> One(string text) => new[] { text }.ToAsyncEnumerable();
}
