using System.Collections;
using System.Collections.Immutable;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Security;

/// <summary>How far a caller sees with one method.</summary>
internal enum Reach
{
    /// <summary>He may not call it.</summary>
    None,

    /// <summary>Himself.</summary>
    Self,

    /// <summary>Himself and everyone who reports to him.</summary>
    Tree,

    /// <summary>Everyone and everything of his tenant.</summary>
    Tenant,
}

/// <summary>Who may call one method, as its option in the .proto file says. Immutable.</summary>
internal sealed class AccessPolicy
{
    /// <summary>That of a method without the option: nobody may.</summary>
    public static readonly AccessPolicy Nobody = new([]);

    /// <summary>That of a method that tells nothing of any tenant.</summary>
    public static readonly AccessPolicy Open = new([Role.Anyone]);

    private readonly RoleSet _roles;

    private AccessPolicy(IEnumerable<Role> roles)
    {
        _roles = RoleSet.Of(roles);
        IsOpen = _roles.Has(Role.Anyone);
    }

    /// <summary>Whether no token is asked for.</summary>
    public bool IsOpen { get; }

    /// <summary>Which fields name payees.</summary>
    public ImmutableArray<RequestPath> Payees { get; private init; } = [];

    /// <summary>Which fields name territories.</summary>
    public ImmutableArray<RequestPath> Territories { get; private init; } = [];

    /// <summary>Which fields name plans.</summary>
    public ImmutableArray<RequestPath> Plans { get; private init; } = [];

    /// <summary>Which fields name recorded deals.</summary>
    public ImmutableArray<DealPath> Deals { get; private init; } = [];

    /// <summary>Which yes-or-no fields ask for more than is named.</summary>
    public ImmutableArray<RequestPath> Unlimited { get; private init; } = [];

    /// <summary>Which fields name a group; null: the method is not about one.</summary>
    public GroupPath? Group { get; private init; }

    /// <summary>Whether calls that tell of other payees are written to the audit log.</summary>
    public bool IsAudited { get; private init; }

    /// <summary>Whether answers tell of payees that requests do not name.</summary>
    public bool TellsOthers { get; private init; }

    /// <summary>The policy that a method declares.</summary>
    /// <exception cref="InvalidOperationException">It declares what can't be.</exception>
    public static AccessPolicy Of(MethodDescriptor method, Access access)
    {
        var policy = new AccessPolicy(access.Roles.Where(role => role != Role.Unspecified))
        {
            Payees = Paths(method, access.Payees),
            Territories = Paths(method, access.Territories),
            Plans = Paths(method, access.Plans),
            Deals = [.. access.Deals.Select(deal => DealPathOf(method, deal))],
            Unlimited = Paths(method, access.Unlimited, FieldType.Bool),
            Group = access.Group is { } group ? GroupPathOf(method, group) : null,
            IsAudited = access.Audited,
            TellsOthers = access.TellsOthers,
        };
        var names = policy.Payees.Length + policy.Territories.Length + policy.Plans.Length + policy.Deals.Length
            + (policy.Group is null ? 0 : 1);
        var isLimited = access.Roles.Any(role => role is Role.Rep or Role.Manager);
        return (isLimited, names) switch
        {
            (true, 0) => throw Wrong(method, "is open to REP or MANAGER, and names nothing that they are checked for"),
            (_, > 0) when access.Roles.Any(role => role is Role.Anyone or Role.Authenticated) =>
                throw Wrong(method, "is open to all, and names what would have to be checked"),
            _ => policy,
        };
    }

    /// <summary>How far a caller sees.</summary>
    public Reach ReachOf(Caller caller)
    {
        var roles = caller.RoleSet.And(_roles);
        if (_roles.Has(Role.Authenticated)
            || roles.Has(Role.Admin) || roles.Has(Role.Finance) || roles.Has(Role.Integration))
        {
            return Reach.Tenant;
        }

        return roles.Has(Role.Manager) ? Reach.Tree : roles.Has(Role.Rep) ? Reach.Self : Reach.None;
    }

    private static ImmutableArray<RequestPath> Paths(
        MethodDescriptor method, IEnumerable<string> paths, FieldType type = FieldType.String) =>
        [.. paths.Select(path => PathOf(method, path, type))];

    private static DealPath DealPathOf(MethodDescriptor method, DealAccess deal) => new(
        PathOf(method, deal.Field, FieldType.String),
        deal.Where.Length == 0 ? null : PathOf(method, deal.Where, FieldType.Bool));

    private static GroupPath GroupPathOf(MethodDescriptor method, GroupAccess group)
    {
        return new GroupPath(Optional(group.Territory), Optional(group.Team), Optional(group.Plan));

        RequestPath? Optional(string path) => path.Length == 0 ? null : PathOf(method, path, FieldType.String);
    }

    private static RequestPath PathOf(MethodDescriptor method, string path, FieldType type) =>
        RequestPath.Find(method.InputType, path, type) ?? throw Wrong(
            method, $"has no {(type == FieldType.Bool ? "yes-or-no" : "text")} field '{path}' in its request");

    private static InvalidOperationException Wrong(MethodDescriptor method, string what) =>
        new($"The access option of {method.FullName} is wrong: the method {what}.");
}

/// <summary>A field that names a recorded deal.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Where">Path of the yes-or-no field without which it names none; null: it always does.</param>
internal sealed record DealPath(RequestPath Field, RequestPath? Where)
{
    /// <summary>Whether a request names a deal by it.</summary>
    public bool IsUsed(IMessage request) => Where?.IsSet(request) ?? true;
}

/// <summary>The fields that name a group of payees, of which a request names one.</summary>
/// <param name="Territory">Null: there is no such field.</param>
/// <param name="Team">The same, for a manager.</param>
/// <param name="Plan">The same.</param>
internal sealed record GroupPath(RequestPath? Territory, RequestPath? Team, RequestPath? Plan);

/// <summary>A text or yes-or-no field of a request, maybe inside of others and maybe repeated.</summary>
internal sealed class RequestPath
{
    private readonly ImmutableArray<FieldDescriptor> _fields;

    private RequestPath(string text, ImmutableArray<FieldDescriptor> fields) => (Text, _fields) = (text, fields);

    /// <summary>The names, joined by dots.</summary>
    public string Text { get; }

    /// <summary>The path, or null if it leads to no field of the type.</summary>
    public static RequestPath? Find(MessageDescriptor type, string path, FieldType expected = FieldType.String)
    {
        var fields = ImmutableArray.CreateBuilder<FieldDescriptor>();
        var inner = type;
        foreach (var name in path.Split('.'))
        {
            if (inner?.FindFieldByName(name) is not { IsMap: false } field)
            {
                return null;
            }

            fields.Add(field);
            inner = field.FieldType == FieldType.Message ? field.MessageType : null;
        }

        return fields[^1].FieldType == expected ? new RequestPath(path, fields.ToImmutable()) : null;
    }

    /// <summary>
    /// The text that the request has there, where it can have no more than one; null where it may have several.
    /// </summary>
    public string? ReadOnly(IMessage request) =>
        _fields is [{ IsRepeated: false } field] ? (string)field.Accessor.GetValue(request) : null;

    /// <summary>Every text that the request has there; empty where an outer message is absent.</summary>
    public IEnumerable<string> Read(IMessage request) => Values(request).Cast<string>();

    /// <summary>Whether the request says yes there.</summary>
    public bool IsSet(IMessage request) => Values(request).Contains(true);

    private IEnumerable<object> Values(IMessage request) => _fields
        .Aggregate<FieldDescriptor, IEnumerable<object>>([request], (outer, field) => outer.SelectMany(message =>
            field.Accessor.GetValue((IMessage)message) switch
            {
                null => [],
                IList many => many.Cast<object>(),
                { } one => [one],
            }));
}
