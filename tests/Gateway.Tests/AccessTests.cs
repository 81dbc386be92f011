using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;
using Commission.Gateway.Grpc.Health;
using Commission.Gateway.Grpc.Reflection;
using Commission.Gateway.Grpc.Security;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Tests;

/// <summary>What the .proto files declare of who may call what.</summary>
public sealed class AccessTests
{
    // Fields of these names tell of one payee, territory or plan; what reads or changes one must say who may.
    private static readonly string[] Named = ["rep", "reps", "payee", "territory", "team", "plan", "deal"];

    [Fact]
    public void ApiMethods_Access_EachDeclaresIt()
    {
        Assert.Empty(AccessPolicies.Missing(WholeTable()));
    }

    [Fact]
    public void MethodWithoutOption_Access_IsFound()
    {
        var table = new MethodTable().Unary<EchoMessage, EchoMessage>(
            EchoReflection.Descriptor.Services[0], "Say", (request, _) => new(request));
        Assert.Equal(["testing.Echo.Say"], AccessPolicies.Missing(table));
    }

    [Fact]
    public void ApiMethods_OpenToPayees_DeclareEveryFieldThatNamesSomebody()
    {
        var undeclared =
            from method in WholeTable().Methods
            let access = method.Descriptor.GetOptions()?.GetExtension(AccessExtensions.Access)
            where access is not null && access.Roles.Any(role => role is Role.Rep or Role.Manager)
            from field in method.Descriptor.InputType.Fields.InDeclarationOrder()
            where field.FieldType == FieldType.String && Named.Contains(field.Name)
            where !access.Payees.Concat(access.Territories).Concat(access.Plans)
                .Concat(access.Deals.Select(deal => deal.Field))
                .Concat([access.Group?.Territory, access.Group?.Team, access.Group?.Plan]).Contains(field.Name)
            select $"{method.FullName}: {field.Name}";
        // Explain's deal is one of the payee's own credits, whoever else is credited with it.
        Assert.Equal(["commission.v1.Earnings.Explain: deal"], undeclared);
    }

    [Fact]
    public void ApiMethods_TellingPay_AreAudited()
    {
        var silent = WholeTable().Methods
            .Select(method => (method.FullName, method.Descriptor.GetOptions()?.GetExtension(AccessExtensions.Access)))
            .Where(method => method.Item2 is { Payees.Count: > 0, Audited: false })
            .Select(method => method.FullName);
        Assert.Empty(silent);
    }

    [Theory]
    [InlineData(Role.Rep, "", "names nothing that they are checked for")]
    [InlineData(Role.Manager, "", "names nothing that they are checked for")]
    [InlineData(Role.Rep, "nope", "no text field 'nope'")]
    [InlineData(Role.Rep, "after", "no text field 'after'")]
    [InlineData(Role.Rep, "rep.inner", "no text field 'rep.inner'")]
    [InlineData(Role.Anyone, "rep", "names what would have to be checked")]
    [InlineData(Role.Authenticated, "rep", "names what would have to be checked")]
    public void Option_Contradictory_IsRefused(Role role, string payee, string part)
    {
        var method = RepsReflection.Descriptor.Services[0].FindMethodByName("Get");
        var access = new Access { Roles = { role } };
        if (payee.Length > 0)
        {
            access.Payees.Add(payee);
        }

        var error = Assert.Throws<InvalidOperationException>(() => AccessPolicy.Of(method, access));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequestPath_RepeatedAndNested_ReadsEveryValue()
    {
        var request = new RecordRequest
        {
            Deal = new Deal { Owners = { new DealOwner { Rep = "ann" }, new DealOwner { Rep = "bob" } } },
        };
        var path = RequestPath.Find(RecordRequest.Descriptor, "deal.owners.rep")!;
        Assert.Equal(["ann", "bob"], path.Read(request));
        Assert.Empty(path.Read(new RecordRequest()));
    }

    private static MethodTable WholeTable()
    {
        var table = CommissionMethods.Create(new NoCluster(), new GatewaySettings(), TimeProvider.System);
        return ReflectionMethods.AddTo(HealthMethods.AddTo(table, new HealthState()));
    }
}
