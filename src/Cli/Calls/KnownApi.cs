using Google.Protobuf.Reflection;

namespace Commission.Cli.Calls;

/// <summary>The API that this program was built with; the server's own may have more.</summary>
internal static class KnownApi
{
    /// <summary>Names of methods such as `Earnings/GetEstimate`, in order.</summary>
    public static IEnumerable<string> Methods() => Read().File
        .SelectMany(file => file.Service)
        .SelectMany(service => service.Method.Select(method => $"{service.Name}/{method.Name}"))
        .Order(StringComparer.Ordinal);

    private static FileDescriptorSet Read()
    {
        using var description = Contracts.ApiDescription.Open();
        return FileDescriptorSet.Parser.ParseFrom(description);
    }
}
