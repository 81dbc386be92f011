using System.Net;

namespace Commission.Silo.Tests.Garbage;

/// <summary>Numbers at the ends of their types, where sums of them overflow: refusals, never failures.</summary>
public sealed class ExtremeNumberTests(DocumentedCompany company) : IClassFixture<DocumentedCompany>
{
    [Theory]
    [InlineData("/v1/plans/reseller-10/diff?to=-9223372036854775808", HttpStatusCode.NotFound)]
    [InlineData("/v1/plans/reseller-10/diff?from=-9223372036854775808", HttpStatusCode.NotFound)]
    [InlineData("/v1/plans/reseller-10/diff?from=9223372036854775807&to=9223372036854775807", HttpStatusCode.NotFound)]
    public async Task Get_WithAnExtremeNumber_IsRefused(string path, HttpStatusCode status)
    {
        using var answer = await company.Silo.Json.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
    }
}
