using System.Globalization;
using System.Text;
using Commission.Client.Dynamic;
using Google.Protobuf.Reflection;
using Spectre.Console;

namespace Commission.Cli.Calls;

/// <summary>What a server's methods take and give.</summary>
internal static class MethodView
{
    /// <summary>Every method with the first sentence of its comment.</summary>
    public static Table List(Terminal terminal, ServerSchema schema)
    {
        var table = terminal.Table("Method", "Kind", "What it does");
        foreach (var method in schema.Services.SelectMany(service => service.Methods))
        {
            var about = Comment(method).FirstOrDefault() ?? "";
            table.AddRow(Markup.Escape(LongName(method)), Kind(method), Markup.Escape(about));
        }

        return table;
    }

    /// <summary>The method's comment, its messages, and a command to try.</summary>
    public static string Describe(MethodDescriptor method)
    {
        var text = new StringBuilder();
        foreach (var line in Comment(method))
        {
            text.Append(line).Append('\n');
        }

        var (takes, gives) = (Stream(method.IsClientStreaming), Stream(method.IsServerStreaming));
        text.Append(CultureInfo.InvariantCulture, $"\nrpc {LongName(method)}({takes}{method.InputType.FullName})\n")
            .Append(CultureInfo.InvariantCulture, $"  returns ({gives}{method.OutputType.FullName})\n");
        foreach (var type in MessageText.Reached(method.InputType, method.OutputType))
        {
            text.Append('\n').Append(MessageText.Of(type));
        }

        var example = MessageExample.Of(method.InputType).ToJsonString(ApiJson.Indented);
        return text.Append(CultureInfo.InvariantCulture, $"\nExample request:\n{example}\n").ToString();
    }

    /// <summary>Service and method without the package.</summary>
    public static string ShortName(MethodDescriptor method) => $"{method.Service.Name}/{method.Name}";

    /// <summary>The lines of a comment in the .proto file; none where the server doesn't give it.</summary>
    public static IEnumerable<string> Comment(IDescriptor descriptor)
    {
        var declaration = (descriptor as DescriptorBase)?.Declaration;
        var comment = declaration?.LeadingComments is { Length: > 0 } leading
            ? leading
            : declaration?.TrailingComments ?? "";
        return comment.Length == 0 ? [] : comment.TrimEnd().Split('\n').Select(line => line.TrimStart(' '));
    }

    private static string LongName(MethodDescriptor method) => $"{method.Service.FullName}/{method.Name}";

    private static string Stream(bool isStream) => isStream ? "stream " : "";

    private static string Kind(MethodDescriptor method) => (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (false, false) => "unary",
        (false, true) => "server stream",
        (true, false) => "client stream",
        _ => "both stream",
    };
}
