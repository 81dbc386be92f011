using System.Collections.Frozen;
using Commission.Contracts.V1;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Security;

/// <summary>Who may call what: by the options of the methods, and by a table of ours for methods of others.</summary>
public sealed class AccessPolicies
{
    // Their .proto files are not ours to add options to. They tell nothing of any tenant.
    private static readonly FrozenSet<string> OpenServices = new[]
    {
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, AccessPolicy> _policies;

    /// <summary>Reads the policies of a table's methods.</summary>
    /// <param name="table">All its methods have been added.</param>
    /// <exception cref="InvalidOperationException">A method declares what can't be.</exception>
    public AccessPolicies(MethodTable table) => _policies = table.Methods
        .Select(method => (method.FullName, Policy: Find(method.Descriptor)))
        .Where(found => found.Policy is not null)
        .ToFrozenDictionary(found => found.FullName, found => found.Policy!, StringComparer.Ordinal);

    /// <summary>The methods that say nothing of who may call them, so that nobody may; to be found by a test.</summary>
    public static IEnumerable<string> Missing(MethodTable table)
    {
        var policies = new AccessPolicies(table)._policies;
        return table.Methods.Select(method => method.FullName).Where(name => !policies.ContainsKey(name));
    }

    /// <summary>Who may call a method; nobody, if it does not say.</summary>
    internal AccessPolicy Of(RpcMethod method) => _policies.GetValueOrDefault(method.FullName, AccessPolicy.Nobody);

    private static AccessPolicy? Find(MethodDescriptor method)
    {
        if (OpenServices.Contains(method.Service.FullName))
        {
            return AccessPolicy.Open;
        }

        return method.GetOptions()?.GetExtension(AccessExtensions.Access) is { } access
            ? AccessPolicy.Of(method, access)
            : null;
    }
}
