using System.Net;
using System.Text.RegularExpressions;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Commission.Silo.Tests.Hosts;
using Microsoft.Extensions.Configuration;

namespace Commission.Silo.Tests.Deployment;

/// <summary>The folder deploy says what silos understand. Whether containers run can't be seen here.</summary>
public sealed partial class DeploymentTests
{
    private const string Silo = "kubernetes/silos.yaml";

    private static Manifest SiloPod => Manifest.Read(Silo).Single()["spec.template"];

    private static Manifest SiloContainer => SiloPod["spec.containers"].Items.Single();

    [Fact]
    public void Compose_EverySilo_HasSettingsThatSilosAccept()
    {
        var services = Manifest.Read("compose.yaml").Single()["services"].Entries
            .Where(service => service.Key.StartsWith("silo-", StringComparison.Ordinal)).ToList();

        Assert.Equal(3, services.Count);
        foreach (var (_, service) in services)
        {
            var environment = service["environment"].Entries.Select(entry => (entry.Key, Filled(entry.Value.Text)));
            var settings = Accepted(environment);
            int[] listened = [settings.Listen.GrpcPort, settings.Listen.JsonPort];
            Assert.Equal(StoreSettings.Postgres, settings.Store.Kind);
            Assert.All(
                service["ports"].Items,
                port => Assert.Contains(int.Parse(port.Text.Split(':')[^1], null), listened));
        }
    }

    [Fact]
    public void Kubernetes_Silo_HasSettingsThatSilosAccept()
    {
        var map = Manifest.Read("kubernetes/settings.yaml").Single()["data"].Entries
            .Select(entry => (entry.Key, entry.Value.Text));
        var own = SiloContainer["env"].Items.Select(one => (one["name"].Text, ValueOf(one)));

        var settings = Accepted(map.Concat(own));

        Assert.Equal("10.0.0.7", settings.Cluster.AdvertisedAddress);
        var ports = SiloContainer["ports"].Items.Select(port => (port["name"].Text, port["containerPort"].Text));
        Assert.Equal(
            [("api", $"{settings.Listen.Tls.Port}"), ("silo", $"{settings.Cluster.SiloPort}")],
            ports);
        var grace = int.Parse(SiloPod["spec.terminationGracePeriodSeconds"].Text, null);
        Assert.InRange(settings.Cluster.DrainSeconds, 1, grace - 1);
        var mounted = SiloContainer["volumeMounts"].Items.Select(mount => mount["mountPath"].Text).ToList();
        Assert.Contains(Path.GetDirectoryName(settings.Listen.Tls.CertificateFile)!, mounted);
    }

    [Fact]
    public async Task Kubernetes_Probes_AskWhatASiloAnswers()
    {
        await using var silo = await RunningSilo.StartAsync();
        await silo.UntilServingAsync();
        foreach (var probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
        {
            var request = SiloContainer[$"{probe}.httpGet"];
            using var answer = await silo.Json.GetAsync(new Uri(request["path"].Text, UriKind.Relative));
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{probe}: {answer.StatusCode}");
            Assert.Equal(("api", "HTTPS"), (request["port"].Text, request["scheme"].Text));
        }
    }

    [Fact]
    public void Kubernetes_Everything_SelectsTheSilosAndTheirPorts()
    {
        var labels = SiloPod["metadata.labels"].Entries.Select(label => (label.Key, label.Value.Text)).ToList();
        var services = Manifest.Read("kubernetes/services.yaml");
        Manifest[] selectors =
        [
            Manifest.Read(Silo).Single()["spec.selector.matchLabels"],
            Manifest.Read("kubernetes/availability.yaml").Single()["spec.selector.matchLabels"],
            Manifest.Read("kubernetes/network.yaml").Single()["spec.podSelector.matchLabels"],
            .. services.Select(service => service["spec.selector"]),
        ];

        Assert.All(selectors, selector => Assert.Equal(
            labels, selector.Entries.Select(label => (label.Key, label.Value.Text))));
        var names = SiloContainer["ports"].Items.Select(port => port["name"].Text).ToList();
        Assert.All(
            services.SelectMany(service => service["spec.ports"].Items),
            port => Assert.Contains(port["targetPort"].Text, names));
        Assert.All(
            Manifest.Read("kubernetes/network.yaml").Single()["spec.ingress"].Items
                .SelectMany(rule => rule["ports"].Items),
            port => Assert.Contains(port["port"].Text, names));
    }

    [Theory]
    [InlineData(Silo)]
    [InlineData("kubernetes/migrate.yaml")]
    public void Kubernetes_Pods_RunWithoutPrivilegesAndWithinLimits(string file)
    {
        var pod = Manifest.Read(file).Single()["spec.template.spec"];
        var container = pod["containers"].Items.Single();

        Assert.Equal("true", pod["securityContext.runAsNonRoot"].Text);
        Assert.Equal("false", pod["automountServiceAccountToken"].Text);
        Assert.Equal("true", container["securityContext.readOnlyRootFilesystem"].Text);
        Assert.Equal("false", container["securityContext.allowPrivilegeEscalation"].Text);
        Assert.Equal(["ALL"], container["securityContext.capabilities.drop"].Items.Select(one => one.Text));
        Assert.NotEqual("", container["resources.limits.memory"].Text);
    }

    [Fact]
    public void Kubernetes_Kustomization_ListsEveryFile()
    {
        var listed = Manifest.Read("kubernetes/kustomization.yaml").Single()["resources"].Items
            .Select(one => one.Text);
        var there = Directory.GetFiles(Path.Combine(Manifest.Folder, "kubernetes"))
            .Select(file => Path.GetFileName(file)).Where(file => file != "kustomization.yaml");

        Assert.Equal(there.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Images_OfSiloAndCommandLine_AreChiselledAndRunAsNobody()
    {
        var lines = File.ReadAllLines(Path.Combine(Manifest.Folder, "Dockerfile"));
        var stages = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ToList();

        Assert.Equal(3, stages.Count);
        Assert.All(stages.Skip(1), stage => Assert.Contains("-chiseled ", stage, StringComparison.Ordinal));
        Assert.Equal(2, lines.Count(line => line == "USER $APP_UID"));
        var projects = lines.SelectMany(line => Project().Matches(line)).Select(match => match.Groups["path"].Value);
        Assert.All(projects, path => Assert.True(Directory.Exists(Path.Combine(Manifest.Folder, "..", path)), path));
    }

    /// <summary>As a silo reads them from the environment.</summary>
    private static SiloSettings Accepted(IEnumerable<(string Name, string Value)> environment) =>
        SiloHost.ReadSettings(new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Select(one => KeyValuePair.Create(
                one.Name.Replace("__", ":", StringComparison.Ordinal), (string?)one.Value)))
            .Build());

    /// <summary>What Compose puts in the place of a variable.</summary>
    private static string Filled(string text) => Variable().Replace(
        text, match => match.Groups["name"].Value == "COMMISSION_AUTHORITY" ? "https://login.example.com" : "some");

    /// <summary>A value, or what stands for one that Kubernetes finds elsewhere.</summary>
    private static string ValueOf(Manifest variable) => variable["value"].Text switch
    {
        { Length: > 0 } value => value,
        _ when variable["valueFrom.fieldRef.fieldPath"].Text == "status.podIP" => "10.0.0.7",
        _ when variable["valueFrom.secretKeyRef.key"].Text == "connection-string" => "Host=db;Database=commission",
        _ => "",
    };

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(:\?[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("(?<path>src/[A-Za-z.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Project();
}
