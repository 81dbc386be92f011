using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http.OpenApi;

/// <summary>
/// Which refusals a method's comment announces: `Errors: NOT_FOUND (…), … ` and `Errors: as OtherMethod`.
/// </summary>
internal sealed partial class ErrorNotes(DocComments comments)
{
    private static readonly Dictionary<string, RpcStatus> Statuses = Enum.GetValues<RpcStatus>()
        .Where(status => status != RpcStatus.Ok)
        .ToDictionary(
            status => CapitalAfterSmall().Replace(status.ToString(), "_").ToUpperInvariant(), StringComparer.Ordinal);

    /// <summary>By HTTP status, the RPC statuses that it stands for; bad requests are always there.</summary>
    public SortedDictionary<string, string> Of(MethodDescriptor method)
    {
        var names = NamesOf(method, []).Append("INVALID_ARGUMENT").Distinct(StringComparer.Ordinal);
        var groups = names.GroupBy(
            name => HttpStatuses.Of(Statuses[name]).ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return new(
            groups.ToDictionary(
                group => group.Key,
                group => string.Join(", ", group.Order(StringComparer.Ordinal)),
                StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    private List<string> NamesOf(MethodDescriptor method, HashSet<string> seen)
    {
        var comment = comments.Of(method.FullName);
        var at = comment.IndexOf("Errors:", StringComparison.Ordinal);
        if (at < 0 || !seen.Add(method.Name))
        {
            return [];
        }

        var text = comment[at..];
        var others = AsOther().Matches(text)
            .Select(match => method.Service.FindMethodByName(match.Groups["name"].Value))
            .OfType<MethodDescriptor>();
        return StatusName().Matches(text).Select(match => match.Value).Where(Statuses.ContainsKey)
            .Concat(others.SelectMany(other => NamesOf(other, seen)))
            .ToList();
    }

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CapitalAfterSmall();

    [GeneratedRegex("[A-Z]+(_[A-Z]+)*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusName();

    [GeneratedRegex(@"\bas (?<name>[A-Z]\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AsOther();
}
